package document

// odtAutomatic begins the styles of tables, which ODF keeps beside the content;
// those of the columns follow.
const odtAutomatic = `<office:automatic-styles>
<style:style style:name="Table" style:family="table"><style:table-properties style:width="17cm" table:align="left" fo:margin-top="0.1cm" table:border-model="collapsing"/></style:style>
<style:style style:name="Grid" style:family="table-cell"><style:table-cell-properties fo:padding="0.12cm" fo:border-bottom="0.5pt solid #b8c4cc"/></style:style>
<style:style style:name="Plain" style:family="table-cell"><style:table-cell-properties fo:padding="0.06cm" fo:border="none"/></style:style>
`

// styles is styles.xml: what each kind of block looks like, the page and its foot.
func (d Document) styles() string {
	language, country := d.tag()[:2], d.tag()[3:]
	return xmlHead + `<office:document-styles ` + odtSpaces + `>
<office:font-face-decls><style:font-face style:name="Sans" svg:font-family="'Liberation Sans', Arial, 'DejaVu Sans'" style:font-family-generic="swiss"/></office:font-face-decls>
<office:styles>
<style:default-style style:family="paragraph"><style:paragraph-properties fo:orphans="2" fo:widows="2" style:writing-mode="lr-tb"/><style:text-properties style:font-name="Sans" fo:font-size="11pt" fo:language="` + language + `" fo:country="` + country + `" fo:hyphenate="false"/></style:default-style>
<style:style style:name="Standard" style:family="paragraph" style:class="text"/>
` + odtParagraphs + `</office:styles>
<office:automatic-styles><style:page-layout style:name="Page"><style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm" style:print-orientation="portrait" fo:margin-top="2cm" fo:margin-bottom="1.5cm" fo:margin-left="2cm" fo:margin-right="2cm"/><style:footer-style><style:header-footer-properties fo:min-height="0.8cm" fo:margin-top="0.4cm"/></style:footer-style></style:page-layout></office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="Page"><style:footer><text:p text:style-name="Footer">` + inline(d.Footer) +
		`<text:tab/><text:page-number text:select-page="current">1</text:page-number> / <text:page-count>1</text:page-count></text:p></style:footer></style:master-page></office:master-styles>
</office:document-styles>
`
}

const odtParagraphs = `<style:style style:name="Text_20_body" style:display-name="Text body" style:family="paragraph" style:parent-style-name="Standard" style:class="text"><style:paragraph-properties fo:margin-top="0cm" fo:margin-bottom="0.25cm" fo:line-height="120%"/></style:style>
<style:style style:name="Heading_20_1" style:display-name="Heading 1" style:family="paragraph" style:parent-style-name="Standard" style:next-style-name="Text_20_body" style:default-outline-level="1" style:class="text"><style:paragraph-properties fo:margin-top="0.4cm" fo:margin-bottom="0.3cm" fo:keep-with-next="always"/><style:text-properties fo:font-size="16pt" fo:font-weight="bold" fo:color="#12324a"/></style:style>
<style:style style:name="Heading_20_2" style:display-name="Heading 2" style:family="paragraph" style:parent-style-name="Standard" style:next-style-name="Text_20_body" style:default-outline-level="2" style:class="text"><style:paragraph-properties fo:margin-top="0.4cm" fo:margin-bottom="0.2cm" fo:keep-with-next="always"/><style:text-properties fo:font-size="12.5pt" fo:font-weight="bold" fo:color="#12324a"/></style:style>
<style:style style:name="Heading_20_3" style:display-name="Heading 3" style:family="paragraph" style:parent-style-name="Standard" style:next-style-name="Text_20_body" style:default-outline-level="3" style:class="text"><style:paragraph-properties fo:margin-top="0.3cm" fo:margin-bottom="0.15cm" fo:keep-with-next="always"/><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="Note" style:family="paragraph" style:parent-style-name="Text_20_body"><style:paragraph-properties fo:padding="0.2cm" fo:border="none" fo:border-left="3pt solid #a3210f" fo:margin-top="0.3cm"/></style:style>
<style:style style:name="Quiet" style:family="paragraph" style:parent-style-name="Text_20_body"><style:text-properties fo:font-size="9pt" fo:color="#4d5c68"/></style:style>
<style:style style:name="Dateline" style:family="paragraph" style:parent-style-name="Standard"><style:paragraph-properties fo:margin-top="0.4cm" fo:margin-bottom="0.5cm" fo:margin-left="9cm"/></style:style>
<style:style style:name="Sender" style:family="paragraph" style:parent-style-name="Standard"><style:text-properties fo:font-size="9.5pt" fo:color="#4d5c68"/></style:style>
<style:style style:name="Sender_20_first" style:display-name="Sender first" style:family="paragraph" style:parent-style-name="Sender"><style:text-properties fo:font-size="11pt" fo:font-weight="bold" fo:color="#12324a"/></style:style>
<style:style style:name="Address" style:family="paragraph" style:parent-style-name="Standard"><style:paragraph-properties fo:margin-left="9cm"/></style:style>
<style:style style:name="Address_20_first" style:display-name="Address first" style:family="paragraph" style:parent-style-name="Address"><style:paragraph-properties fo:margin-top="0.8cm" fo:margin-left="9cm"/></style:style>
<style:style style:name="Signature" style:family="paragraph" style:parent-style-name="Standard"><style:paragraph-properties fo:margin-left="9cm" fo:keep-together="always"/></style:style>
<style:style style:name="Signature_20_first" style:display-name="Signature first" style:family="paragraph" style:parent-style-name="Signature"><style:paragraph-properties fo:margin-top="0.8cm" fo:margin-left="9cm" fo:keep-with-next="always"/><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="Item" style:family="paragraph" style:parent-style-name="Standard"><style:paragraph-properties fo:margin-bottom="0.12cm" fo:line-height="115%"/></style:style>
<style:style style:name="Caption" style:family="paragraph" style:parent-style-name="Standard" style:class="extra"><style:paragraph-properties fo:margin-top="0.3cm" fo:margin-bottom="0.1cm" fo:keep-with-next="always"/><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="Cell" style:family="paragraph" style:parent-style-name="Standard"><style:text-properties fo:font-size="10pt"/></style:style>
<style:style style:name="Cell_20_number" style:display-name="Cell number" style:family="paragraph" style:parent-style-name="Cell"><style:paragraph-properties fo:text-align="end"/></style:style>
<style:style style:name="Head" style:family="paragraph" style:parent-style-name="Cell"><style:text-properties fo:font-size="10pt" fo:font-weight="bold"/></style:style>
<style:style style:name="Head_20_number" style:display-name="Head number" style:family="paragraph" style:parent-style-name="Head"><style:paragraph-properties fo:text-align="end"/></style:style>
<style:style style:name="Fact" style:family="paragraph" style:parent-style-name="Cell"><style:text-properties fo:font-size="10pt" fo:color="#4d5c68"/></style:style>
<style:style style:name="After" style:family="paragraph" style:parent-style-name="Standard"><style:text-properties fo:font-size="6pt"/></style:style>
<style:style style:name="Footer" style:family="paragraph" style:parent-style-name="Standard" style:class="extra"><style:paragraph-properties fo:border-top="0.5pt solid #b8c4cc" fo:padding-top="0.1cm"><style:tab-stops><style:tab-stop style:position="17cm" style:type="right"/></style:tab-stops></style:paragraph-properties><style:text-properties fo:font-size="8pt" fo:color="#4d5c68"/></style:style>
<text:list-style style:name="Bullets"><text:list-level-style-bullet text:level="1" text:bullet-char="•"><style:list-level-properties text:list-level-position-and-space-mode="label-alignment"><style:list-level-label-alignment text:label-followed-by="listtab" text:list-tab-stop-position="0.8cm" fo:text-indent="-0.4cm" fo:margin-left="0.8cm"/></style:list-level-properties></text:list-level-style-bullet></text:list-style>
`
